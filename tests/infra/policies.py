"""Every policy document in a template, wherever it stands, and as IAM would get it."""

from collections.abc import Iterator, Mapping
from typing import Any

# How the ARNs of the stack's resources end, where a policy names them (Service Authorization Reference).
ARNS = {
    "AWS::DynamoDB::Table": "dynamodb:us-east-1:123456789012:table/{}",
    "AWS::KMS::Key": "kms:us-east-1:123456789012:key/{}",
    "AWS::Lambda::Function": "lambda:us-east-1:123456789012:function:{}",
    "AWS::Logs::LogGroup": "logs:us-east-1:123456789012:log-group:{}:*",
    "AWS::SNS::Topic": "sns:us-east-1:123456789012:{}",
    "AWS::SQS::Queue": "sqs:us-east-1:123456789012:{}",
}
PSEUDO_PARAMETERS = {
    "AWS::AccountId": "123456789012",
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::StackName": "ImportWatch",
    "AWS::URLSuffix": "amazonaws.com",
}


def documents(template: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give each with its resource's logical id, references resolved as if the stack were deployed."""
    types = {name: one["Type"] for name, one in template["Resources"].items()}
    for name, one in template["Resources"].items():
        for document in _found(one.get("Properties", {})):
            yield name, _resolved(document, types)


def _found(value: Any) -> Iterator[dict[str, Any]]:
    match value:
        case {"Statement": list(), **_rest}:
            yield value
        case dict():
            for each in value.values():
                yield from _found(each)
        case list():
            for each in value:
                yield from _found(each)


def _resolved(value: Any, types: Mapping[str, str]) -> Any:
    match value:
        case {"Ref": str(name)} if name in PSEUDO_PARAMETERS:
            return PSEUDO_PARAMETERS[name]
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), "Arn"]}:
            return f"arn:aws:{ARNS[types[name]].format(name)}"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(_resolved(part, types) for part in parts)
        case dict():
            return {key: _resolved(each, types) for key, each in value.items()}
        case list():
            return [_resolved(each, types) for each in value]
    return value
