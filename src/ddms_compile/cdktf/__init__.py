"""The Python binding of CDKTF, loaded in a tenth of the time and memory. The one place that chooses and loads it.

CDKTF is a TypeScript library. Its Python packages are thin classes that talk to a Node process through jsii, and each
carries an npm package: the JavaScript and a description of every type, the *assembly*. For aws that is 1,400 resources;
a plain program pays for all of them: Python imports 2,212 modules, Node parses an assembly of 131 MB, and tearing it
all down takes seconds more. We use about a hundred. So, once per set of types and versions (`store`):

1. `assembly` cuts the types in use out of the published tarball, without parsing the rest, and `build` compiles the
   Python modules in use without docstrings, annotations and the type checks that Node makes again anyway.
2. `store` keeps the result in the user's cache, verified at each use and rebuilt by itself.

And at each start:

3. `node` starts Node from its wheel, with jsii's program and the slim packages at fixed paths, where it finds its own
   compiled code again: as the first thing of a build, since nothing of jsii's Python is needed for it (`begin`).
4. `kernel` speaks to it in place of jsii's own process, and does not wait for answers that tell nothing.
5. `modules` offers the compiled modules to Python, so that `cdktf_cdktf_provider_aws` is an empty package whose
   modules are imported one by one as `Binding.element` asks for them.

Nothing of CDKTF is changed and what it writes is the same byte for byte; `full` loads it the plain way, when slim
loading fails (`load` says so) and in the test that compares the two. `engine` knows the names of the packages.
"""

from ddms_compile.cdktf.engine import ENGINES, BindingError
from ddms_compile.cdktf.load import Binding, begin, load, release
from ddms_compile.cdktf.node import Node
from ddms_compile.cdktf.synthesis import synthesize

__all__ = ["ENGINES", "Binding", "BindingError", "Node", "begin", "load", "release", "synthesize"]
