// Recipes and settings are JSON, and errors are those of files: who writes a plugin names both without a further import.
@_exported public import FileFormats
