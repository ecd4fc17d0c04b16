class BaseToolkitError(Exception):
    def __init__(self, message=None, caused_by=None):
        super().__init__(message or (str(caused_by) if caused_by else "unknown error occurred"))
        self.message, self.caused_by = str(self), caused_by


class UserError(BaseToolkitError):
    """The input is at fault."""


class AlgorithmError(BaseToolkitError):
    """The algorithm is at fault."""
