"""What the domain's own functions do, one module a function (functions/conversations/<step>): each loads no more than it runs."""
