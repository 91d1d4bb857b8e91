"""What is allowed: the policy language, from a file's text to compiled rules. Pure; imports domain."""
