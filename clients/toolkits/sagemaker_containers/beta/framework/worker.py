from sagebrush_stand_in import lacks

__getattr__ = lacks(__name__)


class Response:
    """What output_fn may return: the body with its type and status."""

    def __init__(self, response=None, accept=None, status=200, mimetype=None, **_more):
        self.response, self.status_code, self.mimetype = response, status, mimetype or accept
