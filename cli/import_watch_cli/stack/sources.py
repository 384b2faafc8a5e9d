"""The sources of a deployed import-watch, as its function has them."""

from typing import TYPE_CHECKING

from import_watch.sources.made import Sources

if TYPE_CHECKING:
    from import_watch_cli.stack.deployment import Deployment


def sources_of(deployment: "Deployment") -> Sources:
    """Give the function's own, with the settings that the stack gave it, so that a list is endless to both or none."""
    configured = deployment.connection.client("lambda").get_function_configuration(FunctionName=deployment.function)
    settings = configured["Environment"]["Variables"]
    return deployment.sources(page_size=int(settings["PAGE_SIZE"]), max_pages=int(settings["MAX_PAGES"]))
