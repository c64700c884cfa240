"""One module per component: adds its resources to a stack and returns handles for other components."""
