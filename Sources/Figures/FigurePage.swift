import Basics
import Documents
import TensorFiles

/// The markup of a figure: one element with its style, data and script.
package enum FigurePage {
  static let script = String(decoding: PackageResources.figure_js, as: UTF8.self)
  private static let style = String(decoding: PackageResources.figure_css, as: UTF8.self)

  /// The bytes of a page beside the packed data: script, style, names, a small image and the page around
  /// them.
  static let overhead = script.utf8.count + style.utf8.count + 40_000

  /// The figure as a part of a page. `alone` is shown where no script runs.
  static func fragment(data: JSONValue, alone: Document) -> String {
    // Jupyter's shortcuts would take the arrow keys. In JSON `<` may be written as an escape sequence, and
    // has to be, since it could end the script element.
    """
    <div class="alexnet-figure" data-lm-suppress-shortcuts="true" lang="en">
    <style>
    \(style)</style>
    <div class="alone">\(HTML.encode(alone))</div>
    <script type="application/json">\(HTML.embedded(data.text))</script>
    <script>
    \(script)</script>
    </div>
    """
  }

  /// A page with nothing but the figure. Its policy forbids it to load anything.
  package static func page(_ figure: Figure, title: String) -> String {
    HTML.page(
      title: title,
      policy:
        "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'",
      head: """
        <style>
        body { background: Canvas; color: CanvasText; margin: 0 auto; max-width: 62rem; padding: 1rem; }
        </style>
        """,
      body: figure.html)
  }
}
