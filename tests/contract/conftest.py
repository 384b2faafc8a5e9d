from tests.infra.conftest import deployed, deployed_wide, every_source, many_targets, two_watches

__all__ = ["deployed", "deployed_wide", "every_source", "many_targets", "two_watches"]
