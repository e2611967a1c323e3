#include <outweigh/listening/audit-inl.hpp>
#include <outweigh/listening/audit.hpp>
