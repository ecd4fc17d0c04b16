from sagebrush_formats import UnsupportedFormatError


class BaseInferenceToolkitError(Exception):
    """An answer with a status of the script's own."""

    def __init__(self, status_code, message, phrase):
        super().__init__(message)
        self.status_code, self.message, self.phrase = status_code, message, phrase


class GenericInferenceToolkitError(BaseInferenceToolkitError):
    def __init__(self, status_code, message=None, phrase=None):
        super().__init__(status_code, message or "Invalid Request", phrase or message or "Invalid Request")
