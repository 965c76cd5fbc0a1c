"""The command line: click commands and no logic."""
