from tests.infra.conftest import deployed, two_watches

__all__ = ["deployed", "two_watches"]
