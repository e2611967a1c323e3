#include <outweigh/listening/audit-inl.hpp>
