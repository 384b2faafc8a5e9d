"""Who asks."""

from import_watch_cli.stack.connection import Connection


def caller(connection: Connection) -> str:
    """Give the ARN of whose credentials these are, as AWS itself knows it."""
    return connection.client("sts").get_caller_identity()["Arn"]
