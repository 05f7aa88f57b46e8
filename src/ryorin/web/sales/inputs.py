from ryorin.web.inputs import *  # noqa: F403
