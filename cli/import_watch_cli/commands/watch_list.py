"""`import-watch watch-list`: the same as `tail`, under the name that some look for."""

from import_watch_cli.commands.tail import command

__all__ = ["command"]
