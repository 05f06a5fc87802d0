extension HTML {
  /// A page in English, light or dark as its reader prefers.
  ///
  /// - Parameters:
  ///   - title: the title, as plain text.
  ///   - policy: what the page may load, as a Content-Security-Policy; nil for anything.
  ///   - head: the rest of its head, as HTML.
  ///   - body: the content of its body, as HTML.
  package static func page(
    title: String, policy: String? = nil, head: String, body: String
  ) -> String {
    let restriction =
      policy.map { "<meta http-equiv=\"Content-Security-Policy\" content=\"\($0)\">\n" } ?? ""
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      \(restriction)<meta name="color-scheme" content="light dark">
      <title>\(escaped(title))</title>
      \(head)
      </head>
      <body>
      \(body)
      </body>
      </html>

      """
  }

  /// A JSON text as the content of a script element: no `<` of it can end the element.
  package static func embedded(_ json: String) -> String { json.replacing("<", with: "\\u003c") }
}
