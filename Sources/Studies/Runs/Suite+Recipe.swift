import Multimodal

extension Suite {
    /// The suite with the settings written out that the recipe derives from the groups of the
    /// model, so that arms with other groups keep the recipe.
    var withRecipeOfItsGroups: Suite {
        var suite = self
        suite.training.clip = training.clip(hasGroups: model.groups != nil)
        return suite
    }
}
