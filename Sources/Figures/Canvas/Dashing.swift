/// Cuts a polyline into dashes.
enum Dashing {
  /// The drawn pieces of a polyline.
  ///
  /// - Parameters:
  ///   - points: the polyline.
  ///   - dashes: alternating lengths of dash and gap; nothing is cut unless they add up to more than zero.
  static func pieces(of points: [Point], dashes: [Double]) -> [[Point]] {
    guard dashes.reduce(0, +) > 0, dashes.allSatisfy({ $0 > 0 }), var current = points.first else { return [points] }
    var result: [[Point]] = []
    var piece = [current]
    var index = 0
    var left = dashes[0]
    for target in points.dropFirst() {
      var (dx, dy) = (target.x - current.x, target.y - current.y)
      var length = (dx * dx + dy * dy).squareRoot()
      while length > left {
        current = Point(x: current.x + dx / length * left, y: current.y + dy / length * left)
        if index % 2 == 0 { result.append(piece + [current]) }
        piece = [current]
        index += 1
        left = dashes[index % dashes.count]
        (dx, dy) = (target.x - current.x, target.y - current.y)
        length = (dx * dx + dy * dy).squareRoot()
      }
      left -= length
      current = target
      piece.append(target)
    }
    if index % 2 == 0, piece.count > 1 { result.append(piece) }
    return result
  }
}
