"""The charts that the compiler ships: their files, the model of their values, and the folder of an own chart."""
