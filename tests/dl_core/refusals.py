"""What a config's refusal says."""

import pytest

from dl_core import Config, ConfigError


def refused(document):
    """Messages by path."""
    with pytest.raises(ConfigError) as error:
        Config.parse(document)
    errors = error.value.errors
    assert all(set(one) == {"path", "message"} for one in errors)
    assert len({one["path"] for one in errors}) == len(errors)
    return {one["path"]: one["message"] for one in errors}
