"""What a module says of a name that the toolkit of AWS's image has and the module of this folder lacks."""


def lacks(module):
    def missing(name):
        raise AttributeError(
            f"{module} has no {name} here: Sagebrush offers what scripts commonly use of AWS's toolkits. "
            "Name the package in requirements.txt when it is on an index."
        )

    return missing
