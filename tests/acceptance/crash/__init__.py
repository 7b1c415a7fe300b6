"""Kill -9 at every named point of the daemon: nothing lost, nothing doubled."""
