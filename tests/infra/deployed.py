"""A template as a reader sees it: resources by type, references as text, no generated ids."""

from collections.abc import Mapping
from typing import Any

HASH = 8  # characters that CDK puts behind a logical id


class Deployed:
    def __init__(self, template: Mapping[str, Any]) -> None:
        self.template = template

    def all(self, of_type: str) -> list[dict[str, Any]]:
        found = [one for one in self.template["Resources"].values() if one["Type"] == of_type]
        return [{"Attributes": _attributes(one), **_readable(one["Properties"])} for one in found]

    def one(self, of_type: str) -> dict[str, Any]:
        [found] = self.all(of_type)
        return found

    def role(self, service: str) -> dict[str, Any]:
        [found] = [
            role
            for role in self.all("AWS::IAM::Role")
            if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == service
        ]
        return found

    def function(self, handler: str) -> dict[str, Any]:
        """Give a function by the module of its handler."""
        functions = self.all("AWS::Lambda::Function")
        [found] = [one for one in functions if one["Handler"] == f"import_watch.handlers.{handler}.handler"]
        return found

    def policies(self, service: str) -> list[dict[str, Any]]:
        """Give the documents of the policies of the service's one role: all of them managed, and of this stack."""
        return self._policies(self.role(service))

    def policies_of(self, function: Mapping[str, Any]) -> list[dict[str, Any]]:
        """Give those of a function's role."""
        roles = {f"<{_name(name)}.Arn>": one for name, one in self.template["Resources"].items()}
        return self._policies(_readable(roles[function["Role"]]["Properties"]))

    def _policies(self, role: Mapping[str, Any]) -> list[dict[str, Any]]:
        assert "Policies" not in role
        documents = {
            f"<{_name(name)}>": _readable(one["Properties"]["PolicyDocument"])
            for name, one in self.template["Resources"].items()
            if one["Type"] == "AWS::IAM::ManagedPolicy"
        }
        return [documents[policy] for policy in role["ManagedPolicyArns"]]

    @property
    def outputs(self) -> dict[str, Any]:
        return {name: _readable(output["Value"]) for name, output in self.template.get("Outputs", {}).items()}


def statements(document: Mapping[str, Any]) -> list[tuple[list[str], list[str]]]:
    """List a policy's (actions, resources), all of them allowed without a condition."""
    found = []
    for statement in document["Statement"]:
        assert statement.keys() == {"Action", "Effect", "Resource"}
        assert statement["Effect"] == "Allow"
        found.append((_list(statement["Action"]), _list(statement["Resource"])))
    return found


def _attributes(resource: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in resource.items() if key in {"DeletionPolicy", "UpdateReplacePolicy"}}


def _readable(value: Any) -> Any:
    match value:
        case {"Ref": str(name)}:
            return f"<{_name(name)}>"
        case {"Fn::GetAtt": [str(name), str(attribute)]}:
            return f"<{_name(name)}.{attribute}>"
        case {"Fn::Join": [str(separator), list(parts)]}:
            return separator.join(map(_readable, parts))
        case dict():
            return {key: _readable(one) for key, one in value.items()}
        case list():
            return [_readable(one) for one in value]
        case _:
            return value


def _name(name: str) -> str:
    return name if name.startswith("AWS::") else name[:-HASH]


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
