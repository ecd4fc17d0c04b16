"""What goes wrong when data frames are written, in the shapes that callers of the Java connector look for."""

from py4j.protocol import Py4JJavaError


class ValidationError(ValueError):
    """The data frame or the stores do not fit the feature group. Nothing was written."""


class _Named:
    def __init__(self, name):
        self._name = name

    def getSimpleName(self):
        return self._name

    def getName(self):
        return self._name


class _Failure:
    """Answers what is asked of an exception of Java."""

    def __init__(self, name, message):
        self._class = _Named(name)
        self._message = message

    def getClass(self):
        return self._class

    def getMessage(self):
        return self._message

    def toString(self):
        return f"{self._class.getName()}: {self._message}"

    __str__ = toString


class StreamIngestionFailureException(Py4JJavaError):
    """Some rows were refused. The SDK tells it by the class of `java_exception`."""

    def __init__(self, message):
        # The class above asks Java for its message.
        self.java_exception = _Failure(type(self).__name__, message)
        self.errmsg = message
        self.args = (message,)

    def __str__(self):
        return self.errmsg
