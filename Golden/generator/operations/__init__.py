"""One operation per file: its definition in torch and its cases."""

from .activations import ELU, ReLU, Tanh
from .batch_normalization import BatchNormalization
from .convolution import Convolution
from .dropout import Dropout
from .flatten import Flatten
from .linear import Linear
from .local_response_normalization import LocalResponseNormalization
from .locally_connected import LocallyConnected
from .pooling import AveragePooling, MaxPooling
from .softmax import Softmax, SoftmaxCrossEntropy
from .spatial_normalization import SpatialNormalization

OPERATIONS = [
    Convolution(),
    LocallyConnected(),
    MaxPooling(),
    AveragePooling(),
    LocalResponseNormalization(),
    SpatialNormalization(),
    ReLU(),
    Tanh(),
    ELU(),
    Linear(),
    Dropout(),
    BatchNormalization(),
    Flatten(),
    Softmax(),
    SoftmaxCrossEntropy(),
]

BY_NAME = {operation.name: operation for operation in OPERATIONS}
