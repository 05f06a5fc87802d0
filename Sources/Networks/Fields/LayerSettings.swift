import Layers

extension Layer {
  /// The fields of the layer that have a value, in the order of files.
  package var fieldSettings: [FieldSetting] {
    let named = NamedLayer(kind.rawValue, self)
    return kind.fields.compactMap { field in
      field.read(named).map { FieldSetting(field.name, $0) }
    }
  }

  /// The layer with other values of some fields.
  ///
  /// - Throws: `EditError` if a field doesn't exist or can't take its value.
  package func setting(_ settings: [FieldSetting]) throws(EditError) -> Layer {
    var named = NamedLayer(kind.rawValue, self)
    for setting in settings { try named.set(setting.name, to: setting.value) }
    return named.layer
  }
}
