"""Public list prices of us-east-1 in dollars, without free tiers. docs/scale.md says where each was read, and when."""

from typing import Final

MILLION: Final = 1e6

LAMBDA_SECOND: Final = 0.0000133334  # a GB-second on arm64
LAMBDA_REQUEST: Final = 0.20 / MILLION
READ_UNIT: Final = 0.125 / MILLION  # DynamoDB on demand
WRITE_UNIT: Final = 0.625 / MILLION
SQS_REQUEST: Final = 0.40 / MILLION  # each 64 KB of a request counts as one
SNS_PUBLISH: Final = 0.50 / MILLION
EVENT: Final = 1.00 / MILLION  # EventBridge, custom events
INVOCATION: Final = 1.00 / MILLION  # EventBridge Scheduler
LOG_GB: Final = 0.50  # CloudWatch Logs, taken in
