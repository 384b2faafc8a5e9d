from tests.infra.conftest import deployed

__all__ = ["deployed"]
