"""How long a run takes and what it costs, measured from outside as a user would."""
