"""The protocol json: a header names the operation, and a request is one structure."""

from collections.abc import Mapping, Sequence

from botocore.model import OperationModel, ServiceModel
from werkzeug.wrappers import Request

from local.stand_in.wire import Told, Values, loaded


class Json:
    """Tells the code of an error in its body; in version 1.0 of the protocol, with the namespace that it is in."""

    denied = 400

    def __init__(self, service: ServiceModel, operations: Sequence[OperationModel]) -> None:
        version, prefix = service.metadata["jsonVersion"], service.metadata["targetPrefix"]
        self.content_type = f"application/x-amz-json-{version}"
        self._namespace = f"com.amazonaws.{service.service_name}#" if version == "1.0" else ""
        self._operations = {f"{prefix}.{model.name}": model.name for model in operations}

    def operation(self, request: Request) -> str | None:
        """Go by the header."""
        if (request.method, request.path) != ("POST", "/"):
            return None
        return self._operations.get(request.headers.get("X-Amz-Target", ""))

    def parameters(self, request: Request, _operation: OperationModel) -> Values:
        """Read the body."""
        return loaded(request.get_data())

    def error(self, code: str, told: Mapping[str, str]) -> Told:
        """Tell the code in the body."""
        return {}, {"__type": f"{self._namespace}{code}", **told}
