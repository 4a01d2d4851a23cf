import Algebra
