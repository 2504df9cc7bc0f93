internal import EBMCore

/// Recipes that train each objective on data in the plane, small and fast.
enum ObjectiveRecipes {
  static func all() throws(ConfigurationError) -> [BuiltInRecipe] { [] }
}
