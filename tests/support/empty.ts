// What the package server-only is outside the framework: nothing.
export {}
