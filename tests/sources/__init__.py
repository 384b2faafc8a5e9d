"""What every source has to pass: `contract.SourceContract`, and one short file a source with its `Kit`."""

import pytest

pytest.register_assert_rewrite(
    *(f"{__name__}.rules{topic}" for topic in ("", "_of_grants", "_of_jobs", "_of_lists", "_of_messages")),
    *(f"{__name__}.rules{topic}" for topic in ("_of_ticks", "_of_troubles")),
)
