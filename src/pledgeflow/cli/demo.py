import typer


def demo(): ...
