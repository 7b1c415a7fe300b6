"""The commands: one file per kind of command, one table that names them all."""
