"""Films and sheets to look at: takes of a shot beside each other, and a project cut back together."""
