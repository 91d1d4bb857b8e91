"""From the text of policy files to one resolved tree, each leaf knowing where it was written."""
