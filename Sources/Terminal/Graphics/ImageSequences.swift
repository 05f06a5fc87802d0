import Datasets
import Foundation

/// The control sequences of terminals that show PNG files.
enum ImageSequences {
  /// The most base64 characters in one sequence of kitty's.
  static let kittyChunk = 4096

  /// Kitty's graphics protocol: the file in chunks; the cursor stays, and the terminal answers nothing.
  static func kitty(png: [UInt8]) -> String {
    var rest = Substring(Data(png).base64EncodedString())
    var text = ""
    var keys = "a=T,f=100,q=2,C=1,"
    repeat {
      let chunk = rest.prefix(kittyChunk)
      rest = rest.dropFirst(chunk.count)
      text += "\u{1B}_G\(keys)m=\(rest.isEmpty ? 0 : 1);\(chunk)\u{1B}\\"
      keys = ""
    } while !rest.isEmpty
    return text
  }

  /// iTerm2's inline images, in the image's own size in pixels.
  static func iTerm2(png: [UInt8], width: Int, height: Int) -> String {
    let data = Data(png).base64EncodedString()
    return "\u{1B}]1337;File=inline=1;size=\(png.count);width=\(width)px;height=\(height)px;"
      + "preserveAspectRatio=1:\(data)\u{7}"
  }
}
