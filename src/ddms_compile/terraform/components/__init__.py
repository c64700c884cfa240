"""One module per component: each fills its part of a stack and returns handles to what others need of it."""
