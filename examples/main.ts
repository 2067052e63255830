// Renders every example to dist/. Each is a program of its own, as a user would write it.
