class ClientError(Exception):
    """The fault is the script's or its input's."""
