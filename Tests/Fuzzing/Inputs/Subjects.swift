/// Every way in which the program takes bytes from outside.
package enum Subjects {
  package static let all: [Subject] =
    [
      ArraySubjects.npy, ArraySubjects.npz, TableSubjects.csv, ImageSubjects.idx, ImageSubjects.gzip,
      ImageSubjects.deflate, ImageSubjects.cifar, WeightSubjects.safetensors, RecipeSubjects.recipe,
      RecipeSubjects.json,
      RecipeSubjects.overrides, RecipeSubjects.commandLine,
    ] + RunSubjects.all
}
