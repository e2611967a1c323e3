#include <outweigh/roadmap/certificate.hpp>
#include <outweigh/roadmap/certificate-inl.hpp>
