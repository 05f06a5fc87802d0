"""Dropout with a given mask of 0 and 1; paper: scaled at test time, inverted: scaled in training."""

from ..operation import Definition, Operation
from ..values import constant, mask, uniform


class Dropout(Operation):
    name = "dropout"

    def forward(self, parameters, inputs):
        x, keep = inputs["x"], 1 - parameters["rate"]
        inverted = parameters["convention"] == "inverted"
        if parameters["training"]:
            kept = inputs["mask"] * x
            return kept / keep if inverted else kept
        return x * 1 if inverted else keep * x

    def definitions(self):
        def case(name, shape, rate, convention, training, draw=uniform, drawn_mask=None):
            parameters = {"rate": rate, "convention": convention, "training": training}
            kept = drawn_mask or mask(*shape, ones=1 - rate)
            return Definition(name, {"x": draw(*shape), "mask": kept}, parameters)

        shapes = {0.5: (2, 3, 5, 4), 0.3: (3, 17), 0.0: (1, 8)}
        for convention in ("paper", "inverted"):
            for training in (True, False):
                mode = f"{convention}-{'training' if training else 'test'}"
                for rate, shape in shapes.items():
                    yield case(f"{mode}-{rate}", shape, rate, convention, training)
                yield case(f"{mode}-zeros", (2, 6), 0.5, convention, training, constant)
                for name, scale in (("large-1e18", 1e18), ("tiny-1e-30", 1e-30)):

                    def scaled(*shape, scale=scale):
                        return uniform(*shape, scale=scale)

                    yield case(f"{mode}-{name}", (2, 9), 0.25, convention, training, scaled)
            # On 20 channels more than one thread's share of 16,384 elements.
            yield case(f"{convention}-training-large-map", (1, 1, 29, 31), 0.3, convention, True)
            nothing = constant(2, 5)
            yield case(f"{convention}-training-all-dropped", (2, 5), 0.5, convention, True,
                       drawn_mask=nothing)
