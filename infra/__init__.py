"""The infrastructure: `config` names a stage, `constructs` build, `stacks` wire, `synth` caches the result.

Importing any part of this package points jsii at the Node that came with the Python packages, because jsii starts
Node when `aws_cdk` is first imported and would otherwise take whichever one the machine has.
"""

from infra.node import use_bundled_node

use_bundled_node()
