"""How patient, how deep: triggers, worst credible punishments, and maps of what they sustain."""
