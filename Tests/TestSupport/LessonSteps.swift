/// The steps of a short lesson that works and has an exercise of every kind.
package let lessonSteps = """
  ## A number

  The side follows from `conv1`. See [the same step](#a-number).

  ```alexnet
  let side = (227 - 11) / 4 + 1
  ```

  ```output
  side = 55
  ```

  ```alexnet
  exercise output-side
  draw size: 67, 99, 131, 163, 195
  draw stride: 2...4
  question: What is the side for an input of {size}×{size} and a stride of {stride}?
  answer: floor((size - 11) / stride) + 1
  unit: values
  mistake: floor((size - 11) / stride) => The first window counts too.
  mistake: floor(size / stride) + 2 => The window has to fit.
  hint: How far can the window move?
  hint: By {size} - 11, in steps of {stride}.
  hint: It is {answer}.
  after: It moves by {size} - 11.
  see: outputSize({size}, kernel: 11, stride: {stride})
  ```

  ## A share

  ```alexnet
  exercise share
  question: What is a third?
  kind: predict
  answer: 1 / 3
  tolerance: 1%
  mistake: 1 / 4 => That is a quarter.
  hint: Between 0 and 1.
  hint: Less than one half.
  see: 1 / 3
  ```

  ## A shape

  ```alexnet
  exercise input-shape
  question: What is the shape of the input of AlexNet?
  answer: [3, 227, 227]
  mistake: [227, 227, 3] => Channels come first.
  hint: Colours, rows, columns.
  hint: Three colours.
  ```

  ## A choice

  ```alexnet
  exercise most-parameters
  question: Which layer has the most parameters?
  right: fc6 => Each of its outputs sees all of pool5.
  option: conv2 => Its filters are shared.
  option: fc8 => It has fewer outputs.
  hint: Where does the image become a list?
  hint: summary prints them.
  ```

  ## A goal

  ```alexnet
  exercise wider-steps
  question: Make conv1 move by 2.
  goal: conv1.shape[2] == 109
  solution: set conv1.stride 2
  mistake: conv1.shape[2] == 217 => That is a stride of 1.
  hint: set changes a layer.
  hint: set conv1.stride, and the number.
  ```

  ## What you can now do

  - say how large an output is: `side`

  Back to [the first step](#a-number).

  """
