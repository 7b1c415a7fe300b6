"""The laws of DESIGN §6: sound logs pass, logs broken on purpose are caught."""
