from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from infra.acknowledged import STATE_TABLE, acknowledge


class StateTable(Construct):
    """What was, is being and deliberately was not announced. Without it, all history would be new again."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.table = dynamodb.Table(
            self,
            "Table",
            partition_key=_text("pk"),
            sort_key=_text("sk"),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            encryption=dynamodb.TableEncryption.AWS_MANAGED,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            removal_policy=RemovalPolicy.RETAIN,
            deletion_protection=True,
        )
        # Sparse: an item is in it only while a send is due, so a quiet tick's query reads nothing.
        self.pending_index = "pending"
        self.table.add_global_secondary_index(
            index_name=self.pending_index,
            partition_key=_text("pendingShard"),
            sort_key=_text("pendingDue"),
            projection_type=dynamodb.ProjectionType.INCLUDE,
            non_key_attributes=["recordedAt"],
        )
        acknowledge(self.table, STATE_TABLE)


def _text(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)
