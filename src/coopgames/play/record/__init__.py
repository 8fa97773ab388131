"""Play that reacts to the public record of success, exact and simulated."""
